"""olevba, which reads VBA as virus scanners do. It calls pyparsing by names that are old by now."""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from oletools.olevba import VBA_Parser
    from oletools.olevba import decompress_stream as _decompress


def decompressed(container: bytes) -> bytes:
    """A container as olevba reads it."""
    return bytes(_decompress(bytearray(container)))


def read_back(package: bytes) -> dict[str, str]:
    """The modules in a package: their text by the name of the stream."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        parser = VBA_Parser("prov.xlam", data=package)
        try:
            found = list(parser.extract_all_macros())
        finally:
            parser.close()
    return {path.rpartition("/")[2]: code for _, path, _, code in found}


def suspicions(package: bytes) -> set[str]:
    """The words that olevba finds suspicious, as in its table."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        parser = VBA_Parser("prov.xlam", data=package)
        try:
            return {word for kind, word, _ in parser.analyze_macros() if kind == "Suspicious"}
        finally:
            parser.close()
