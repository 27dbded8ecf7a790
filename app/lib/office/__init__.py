"""Office files, read as streams within limits, and written: workbooks, documents, PDF, text."""

from app.lib.office.documents import document_text
from app.lib.office.effort import Effort, FileUnreadable
from app.lib.office.pdf import PdfText, pdf_text
from app.lib.office.plain_text import plain_text
from app.lib.office.sheet_writer import NewSheet, write_workbook, write_workbook_to
from app.lib.office.sheets import Sheet, SheetWish, read_sheet

__all__ = [
    "Effort",
    "FileUnreadable",
    "NewSheet",
    "PdfText",
    "Sheet",
    "SheetWish",
    "document_text",
    "pdf_text",
    "plain_text",
    "read_sheet",
    "write_workbook",
    "write_workbook_to",
]
