"""Asking for a page as somebody, and a picture of one pixel to send along."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from trepart.access.models import User

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c63f871fec0070008c20378ff35ac0b"
    "0000000049454e44ae426082"
)


def as_(person: User | None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


def page(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, (url, answer.status_code)
    return answer.content.decode()


def png(name: str = "bilde.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PNG, content_type="image/png")
