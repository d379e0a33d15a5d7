import type { WireFinding } from './wire.ts';

const MOST_DOMAINS = 100;
/** RFC 1035 counts 255 bytes on the wire: 253 characters of text. */
const LONGEST_NAME = 253;
/** Underscores occur in names that are asked for, though never in a name that can be registered. */
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
const TOP = /^(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$/;

/**
 * A DNS name of two labels or more, in lower case and without the last dot; undefined for any other text, an address or a
 * single label among them. Names in other scripts count in their encoded form alone, as DNS has them.
 */
export const dnsNameOf = (text: string): string | undefined => {
  if (text.length > LONGEST_NAME + 1) return undefined;
  const name = text.toLowerCase().replace(/\.$/, '');
  const labels = name.split('.');
  const isName =
    name.length <= LONGEST_NAME &&
    labels.length >= 2 &&
    labels.every((label) => LABEL.test(label)) &&
    TOP.test(labels.at(-1) ?? '');
  return isName ? name : undefined;
};

/**
 * Takes a finding as it arrived, gives the DNS names that it saw asked for, or at the far end of a sequence's connections: valid
 * ones, without repeats, at most 100. https://docs.aws.amazon.com/guardduty/latest/APIReference/API_DnsRequestAction.html
 * https://docs.aws.amazon.com/guardduty/latest/APIReference/API_NetworkEndpoint.html
 */
export function domainsIn(wire: WireFinding): readonly string[] {
  const endpoints = wire.service?.detection?.sequence?.endpoints ?? [];
  const found = [
    wire.service?.action?.dnsRequestAction?.domain,
    ...endpoints.map((endpoint) => endpoint.domain),
  ];
  const valid = found.flatMap((text) => (text === undefined ? [] : (dnsNameOf(text) ?? [])));
  return [...new Set(valid)].slice(0, MOST_DOMAINS);
}
