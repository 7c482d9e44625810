class TextRefused(ValueError):
    """Text that is not rendered because of its size or shape; the message is fit for whoever wrote it."""
