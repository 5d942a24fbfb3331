"""One invented city with its people, suppliers and invoices, and a second one for those who serve two.

The files are data; `loader` takes them through the portal's own functions, so that what they make is real: numbers,
snapshots, documents, events and mails. `accounts` says who can sign in.
"""
