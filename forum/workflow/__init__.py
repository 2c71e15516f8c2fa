"""The lifecycles of the room: what may happen to a referral, a meeting, its minutes. Imported and registered in ``AppConfig.ready``."""
