"""Language models behind one small port: providers, the practice model, prices. Pure."""
