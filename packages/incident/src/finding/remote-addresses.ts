import * as z from 'zod';
import type { WireFinding } from './wire.ts';

const MOST_ADDRESSES = 100;
const Address = z.union([z.ipv4(), z.ipv6()]);

/** Takes a finding as it arrived, gives the addresses at the far end of what it saw: valid ones, without repeats, at most 100. */
export function remoteAddressesIn(wire: WireFinding): readonly string[] {
  const action = wire.service?.action;
  const ends = [
    action?.networkConnectionAction?.remoteIpDetails,
    action?.awsApiCallAction?.remoteIpDetails,
    action?.kubernetesApiCallAction?.remoteIpDetails,
    action?.rdsLoginAttemptAction?.remoteIpDetails,
    ...(action?.portProbeAction?.portProbeDetails ?? []).map((probe) => probe.remoteIpDetails),
  ];
  const endpoints = wire.service?.detection?.sequence?.endpoints ?? [];
  const found = [
    ...ends.flatMap((end) => [end?.ipAddressV4, end?.ipAddressV6]),
    ...endpoints.map((endpoint) => endpoint.ip),
  ];
  const valid = found.filter((address) => address !== undefined && Address.safeParse(address).success);
  return [...new Set(valid)].filter((address) => address !== undefined).slice(0, MOST_ADDRESSES);
}
