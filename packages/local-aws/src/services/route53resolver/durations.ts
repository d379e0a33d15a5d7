/**
 * How long DNS Firewall takes, in virtual milliseconds. AWS says "within seconds" of changes, and nothing of single ones: assumed.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-dns-firewall-user-managed-domain-lists.html
 */
export const DNS_FIREWALL_DURATIONS = {
  /** From `UPDATING` to `COMPLETE`, of a domain list. */
  updateDomains: 2_000,
  /** From `UPDATING` to `COMPLETE`, of an association. */
  associate: 5_000,
  /** From `DELETING` to nothing. */
  disassociate: 20_000,
} as const;
