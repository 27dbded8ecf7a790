// What may be sent at once, in words: how many files, and how large each may be.

// Why these files cannot be sent; empty when they can.
export function refusalOf(files, caps) {
  if (files.length > caps.files) {
    return `${files.length} files are chosen, and a message takes ${caps.files}. Leave some out.`;
  }
  const large = files.find((file) => file.size > caps.bytes);
  if (!large) return "";
  return `${large.name} has ${sizeOf(large.size)}, and a file can have ${sizeOf(caps.bytes)}. Leave it out.`;
}

export function sizeOf(bytes) {
  if (bytes >= 1_000_000) return `${trimmed(bytes / 1_000_000)} MB`;
  if (bytes >= 1_000) return `${trimmed(bytes / 1_000)} KB`;
  return `${bytes} byte${bytes === 1 ? "" : "s"}`;
}

const trimmed = (count) => count.toFixed(1).replace(/\.0$/, "");
