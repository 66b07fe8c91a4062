"""The open Excel over COM: found with xlwings, read, written to and put back."""
