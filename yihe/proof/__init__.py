"""The public record that nobody can change unseen: log, proofs, receipts, bundles, and their verifier.

Plain Python, no Django, no clock, no network; the format is described in docs/format/.
"""
