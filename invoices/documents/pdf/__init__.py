"""What writes the PDF of a document: layouts, typesetting, fonts, and the engine in a process of its own."""
