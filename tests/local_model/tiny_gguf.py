"""A language model of some kilobytes in the GGUF format: a llama with random numbers in it."""

import random
import struct
from pathlib import Path

WIDTH, HIDDEN, HEADS, ALIGNMENT = 32, 32, 2, 32
_U32, _I32, _F32, _TEXT, _LIST = 4, 5, 6, 8, 9
_NORMAL, _UNKNOWN, _CONTROL, _BYTE = 1, 2, 3, 6
_TOKENS = [("<unk>", _UNKNOWN), ("<s>", _CONTROL), ("</s>", _CONTROL)]
_TOKENS += [(f"<0x{byte:02X}>", _BYTE) for byte in range(256)]
_TOKENS += [("\u2581", _NORMAL), *((letter, _NORMAL) for letter in "abcdefghijklmnopqrstuvwxyz")]


def write(path: Path) -> None:
    """Write the model; it says nothing that means anything."""
    facts = [
        _text("general.architecture", "llama"),
        _text("general.name", "tiny"),
        *(
            _number(f"llama.{name}", value)
            for name, value in (
                ("block_count", 1),
                ("context_length", 1024),
                ("embedding_length", WIDTH),
                ("feed_forward_length", HIDDEN),
                ("attention.head_count", HEADS),
                ("attention.head_count_kv", HEADS),
                ("rope.dimension_count", WIDTH // HEADS),
                ("vocab_size", len(_TOKENS)),
            )
        ),
        _string("llama.attention.layer_norm_rms_epsilon") + struct.pack("<If", _F32, 1e-5),
        _text("tokenizer.ggml.model", "llama"),
        _list("tokenizer.ggml.tokens", _TEXT, [_string(token) for token, _ in _TOKENS]),
        _list(
            "tokenizer.ggml.scores",
            _F32,
            [struct.pack("<f", -1.0 * at) for at in range(len(_TOKENS))],
        ),
        _list("tokenizer.ggml.token_type", _I32, [struct.pack("<i", kind) for _, kind in _TOKENS]),
        _number("tokenizer.ggml.bos_token_id", 1),
        _number("tokenizer.ggml.eos_token_id", 2),
        _number("tokenizer.ggml.unknown_token_id", 0),
    ]
    tensors = _tensors()
    head = struct.pack("<4sIQQ", b"GGUF", 3, len(tensors), len(facts)) + b"".join(facts)
    data = b""
    for name, shape in tensors:
        head += _string(name) + struct.pack("<I", len(shape))
        head += struct.pack(f"<{len(shape)}QIQ", *shape, 0, len(data))
        data += _padded(_random(shape))
    path.write_bytes(_padded(head) + data)


def _tensors() -> list[tuple[str, tuple[int, ...]]]:
    square, words = (WIDTH, WIDTH), (WIDTH, len(_TOKENS))
    of_block = {
        "attn_norm": (WIDTH,),
        "attn_q": square,
        "attn_k": square,
        "attn_v": square,
        "attn_output": square,
        "ffn_norm": (WIDTH,),
        "ffn_gate": (WIDTH, HIDDEN),
        "ffn_up": (WIDTH, HIDDEN),
        "ffn_down": (HIDDEN, WIDTH),
    }
    return [
        ("token_embd.weight", words),
        ("output_norm.weight", (WIDTH,)),
        ("output.weight", words),
        *((f"blk.0.{name}.weight", shape) for name, shape in of_block.items()),
    ]


def _random(shape: tuple[int, ...]) -> bytes:
    chance = random.Random(repr(shape))  # noqa: S311  # numbers that mean nothing
    count = shape[0] * (shape[1] if len(shape) > 1 else 1)
    return struct.pack(f"<{count}f", *(chance.uniform(-0.5, 0.5) for _ in range(count)))


def _padded(content: bytes) -> bytes:
    return content + b"\0" * (-len(content) % ALIGNMENT)


def _string(text: str) -> bytes:
    return struct.pack("<Q", len(text.encode())) + text.encode()


def _text(name: str, value: str) -> bytes:
    return _string(name) + struct.pack("<I", _TEXT) + _string(value)


def _number(name: str, value: int) -> bytes:
    return _string(name) + struct.pack("<II", _U32, value)


def _list(name: str, kind: int, items: list[bytes]) -> bytes:
    return _string(name) + struct.pack("<IIQ", _LIST, kind, len(items)) + b"".join(items)
