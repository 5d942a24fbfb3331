"""An invented city with its people, suppliers and invoices, and a second city for users who belong to both.

The files contain data. `loader` passes it to the portal's own functions, so numbers, snapshots, documents, events and
mails are real. `accounts` lists who can sign in.
"""
