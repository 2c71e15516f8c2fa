"""A room that exists in the tests alone: the smallest lifecycle there is, to try the executor and
the database's guard on."""
