"""Flows that tests of composing begin with."""

from app.composing.wishes import Surroundings, Thing

AROUND = Surroundings(
    connections=(
        Thing("conn-shop", "http", "Shop"),
        Thing("conn-mail", "mailbox", "Enquiries mailbox"),
    ),
    tables=(
        Thing("tab-inv", "table", "Invoices", ("Supplier", "Invoice number", "Amount", "Due date")),
        Thing("tab-cust", "table", "Customers", ("Name", "E-mail", "City")),
    ),
    agents=(Thing("ag-price", "agent", "Price finder"),),
    person_name="Ana Ruiz",
    person_mail="ana@harbourpine.example",
    timezone="Europe/Madrid",
)
BARE = Surroundings(person_name="Ana Ruiz", person_mail="ana@harbourpine.example")
