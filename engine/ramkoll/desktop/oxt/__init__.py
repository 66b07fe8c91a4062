"""The extension of LibreOffice Calc as one file, .oxt, built from addin/libreoffice."""
