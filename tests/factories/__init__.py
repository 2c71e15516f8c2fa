"""Small makers of organisation for tests. They go through the services, so that rights and trail are real."""
