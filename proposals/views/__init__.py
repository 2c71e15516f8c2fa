"""The pages of the room: lists, sending in, one proposal, its steps, the follow-up."""
