"""What runs make. A kind says how its work differs; lease, ledger, frames and receipt are as for all."""
