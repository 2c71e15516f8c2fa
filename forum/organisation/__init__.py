"""Municipality, units, bodies, memberships, employments, offices and stand-ins: who holds which role."""
