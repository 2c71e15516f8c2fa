"""Files as people send them, with everything in them that tells of somebody."""

import io
import zipfile

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from PIL.PngImagePlugin import PngInfo

#: Stands in every file wherever something else than the words and the picture can tell of a person.
NAME = "Kari Testesen"
#: What a reader sees of a document.
SEEN = "Vi foreslår en benk."


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def plain_pdf() -> bytes:
    saved = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(saved, deterministic_id=True)
    return saved.getvalue()


#: A PDF of one empty page, which tells of nobody.
PDF = plain_pdf()


def exif() -> Image.Exif:
    found = Image.Exif()
    found[0x0112] = 6
    found[0x013B] = NAME
    place = found.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "N", (61.0, 1.0, 2.0), "E", (9.0, 1.0, 2.0)
    return found


def picture() -> Image.Image:
    return Image.effect_noise((60, 40), 80).convert("RGB")


def jpeg(**more: object) -> bytes:
    saved = io.BytesIO()
    xmp = f"<x:xmpmeta>{NAME}</x:xmpmeta>".encode()
    picture().save(saved, "JPEG", exif=exif(), comment=NAME.encode(), xmp=xmp, **more)
    return saved.getvalue() + NAME.encode()


def png() -> bytes:
    saved, told = io.BytesIO(), PngInfo()
    told.add_text("Author", NAME)
    told.add_itxt("XML:com.adobe.xmp", f"<x:xmpmeta>{NAME}</x:xmpmeta>")
    picture().save(saved, "PNG", pnginfo=told, exif=exif())
    return saved.getvalue() + NAME.encode()


def pdf(*, signed: bool = False, enclosed: bool = False) -> bytes:
    saved = io.BytesIO()
    with pikepdf.new() as made:
        page = made.add_blank_page(page_size=(200, 200))
        made.docinfo["/Author"] = NAME
        made.docinfo["/Title"] = f"Word - {NAME}.docx"
        with made.open_metadata() as told:
            told["dc:creator"] = [NAME]
            told["pdfaid:part"] = "2"
        photo = made.make_stream(jpeg())
        photo.update({"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Image, "/Width": 60, "/Height": 40})
        photo.update({"/ColorSpace": pikepdf.Name.DeviceRGB, "/BitsPerComponent": 8})
        photo.write(jpeg(), filter=pikepdf.Name.DCTDecode)
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=photo))
        page.Contents = made.make_stream(b"q 60 0 0 40 0 0 cm /Im0 Do Q")
        remark = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 9, 9], Contents=SEEN, T=NAME
        )
        field = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, Rect=[9, 9, 18, 18], FT=pikepdf.Name.Tx, T="felt"
        )
        entered = made.make_indirect(field)
        page.Annots = pikepdf.Array([made.make_indirect(remark), entered])
        made.Root.AcroForm = pikepdf.Dictionary(Fields=[entered])
        made.Root.PieceInfo = pikepdf.Dictionary(Tool=NAME)
        if signed:
            made.Root.AcroForm.Fields.append(signature(made))
        if enclosed:
            made.attachments["vedlegg.txt"] = b"hei"
        made.save(saved)
    return signed_over(saved.getvalue()) if signed else saved.getvalue()


#: Where the bytes that a signature is for, and the signature, are written when the file is whole.
_SPANS, _SIGNATURE = [0, 1111111111, 2222222222, 3333333333], b"\xff" * 60


def signature(made: pikepdf.Pdf) -> pikepdf.Object:
    """Return a signed field, still without the signature."""
    value = pikepdf.Dictionary(
        Type=pikepdf.Name.Sig, Contents=pikepdf.String(_SIGNATURE), ByteRange=pikepdf.Array(_SPANS), Name=NAME
    )
    field = pikepdf.Dictionary(FT=pikepdf.Name.Sig, T="underskrift", V=made.make_indirect(value))
    return made.make_indirect(field)


def signed_over(content: bytes) -> bytes:
    """Return a PDF whose signature is for its own bytes, as a program that signs writes them."""
    asked = b"<" + _SIGNATURE.hex().encode() + b">"
    begins = content.index(asked)
    after = begins + len(asked)
    for span, said in zip(_SPANS[1:], (begins, after, len(content) - after), strict=True):
        content = content.replace(b"%d" % span, b"%010d" % said)
    return content


def part(words: str) -> str:
    """Return a piece of markup as a whole part of a document."""
    return f"<whole>{words}</whole>"


def zipped(files: dict[str, bytes | str]) -> bytes:
    saved = io.BytesIO()
    with zipfile.ZipFile(saved, "w") as book:
        for name, content in files.items():
            book.writestr(name, content)
        book.comment = NAME.encode()
    return saved.getvalue()


def docx(**more: bytes | str) -> bytes:
    names = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    template = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"
    return zipped(
        {
            "[Content_Types].xml": (
                '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
                '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
                'wordprocessingml.document.main+xml"/></Types>'
            ),
            "_rels/.rels": "<Relationships/>",
            "docProps/core.xml": f"<cp:coreProperties><dc:creator>{NAME}</dc:creator></cp:coreProperties>",
            "docProps/app.xml": f"<Properties><Company>{NAME}</Company></Properties>",
            "docProps/custom.xml": f"<Properties><property>{NAME}</property></Properties>",
            "word/document.xml": (
                f'<w:document xmlns:w="{names}"><w:p><w:ins w:id="1" w:author="{NAME}" w:date="2026-01-01T00:00:00Z">'
                f"<w:r><w:t>{SEEN}</w:t></w:r></w:ins></w:p></w:document>"
            ),
            "word/comments.xml": f"<w:comments><w:comment w:author='{NAME}' w:initials=\"{NAME}\"/></w:comments>",
            "word/people.xml": f'<w15:people><w15:person w15:author="{NAME}"><w15:presenceInfo w15:userId="{NAME}"/>'
            "</w15:person></w15:people>",
            "word/_rels/settings.xml.rels": (
                f'<Relationships><Relationship Id="rId1" Type="{template}" Target="file:///C:/Users/{NAME}/mal.dotx" '
                'TargetMode="External"/></Relationships>'
            ),
            "word/media/image1.jpg": jpeg(),
            "customXml/item1.xml": (
                '<p:properties xmlns:p="http://schemas.microsoft.com/office/2006/metadata/properties">'
                f"<n>{NAME}</n></p:properties>"
            ),
            **more,
        }
    )


def xlsx() -> bytes:
    return zipped(
        {
            "[Content_Types].xml": (
                '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
                '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
                'spreadsheetml.sheet.main+xml"/></Types>'
            ),
            "_rels/.rels": "<Relationships/>",
            "docProps/core.xml": f"<x>{NAME}</x>",
            "xl/workbook.xml": (
                f'<workbook><fileSharing userName="{NAME}"/><x15ac:absPath url="C:\\{NAME}\\"/></workbook>'
            ),
            "xl/comments1.xml": f"<comments><authors><author>{NAME}</author></authors><t>{SEEN}</t></comments>",
            "xl/persons/person.xml": f'<personList><person displayName="{NAME}" id="1" userId="{NAME}"/></personList>',
            "xl/tables/table1.xml": f'<table displayName="Tabell1"><c>{SEEN}</c></table>',
        }
    )


def odt() -> bytes:
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": (
                f"<office:document-content><dc:creator>{NAME}</dc:creator><text:p>{SEEN}</text:p>"
                "</office:document-content>"
            ),
            "meta.xml": f"<office:document-meta><meta:initial-creator>{NAME}</meta:initial-creator>"
            "</office:document-meta>",
            "settings.xml": f'<config:config-item config:name="PrinterName" config:type="string">{NAME}'
            "</config:config-item>",
            "Thumbnails/thumbnail.png": png(),
        }
    )
