"""The daily jobs of this room."""

from procrastinate.contrib.django import app

from lmu.guests import services


@app.periodic(cron="55 3 * * *")
@app.task(name="lmu.erase_guest_addresses", queue="daily")
def erase_guest_addresses(timestamp: int = 0) -> int:
    """Erase where letters to guests went when their time is over (R31), and return how many."""
    return services.erase_addresses()
