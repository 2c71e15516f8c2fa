"""The demo municipalities, an app that production does not install."""
