"""Files of license faces, as registries hand them over."""

import csv
import io

from sealservice.licenses.model import CompanyFace, face_lines
from sealservice.licenses.uscc import check_letter
from tests.world_licenses import sample_face


def code(serial: int) -> str:
    """Return a credit code of no other serial number."""
    seventeen = f"91350100MC{serial:07d}"
    return seventeen + check_letter(seventeen)


def face(serial: int) -> dict[str, str]:
    """Return a face of its own."""
    return {**sample_face(), "uscc": code(serial), "name": f"示例第{serial}有限公司"}


def csv_of(faces: list[dict[str, str]], encoding: str = "utf-8-sig") -> bytes:
    """Write faces as a spreadsheet does, columns by their printed labels."""
    lines = face_lines(CompanyFace)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["主体类型", *(line.label.zh for line in lines.values())])
    for one in faces:
        copy = {"original": "正本", "duplicate": "副本"}.get(one["copy"], one["copy"])
        shown = {**one, "copy": copy}
        writer.writerow(["公司", *(shown.get(name, "") for name in lines)])
    return out.getvalue().encode(encoding)
