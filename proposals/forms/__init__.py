"""What people fill in: sending a proposal, handling it, agreeing on it in an LMU, deciding on it, following it up."""
