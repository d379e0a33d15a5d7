import type { Flow } from './flow.ts';
import type { PicturedInterface } from './picture.ts';

/** Defaults in seconds. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html#connection-tracking-timeouts */
const TRACKING_SECONDS = {
  tcpEstablished: 432_000,
  tcpEstablishedOnNitroV6: 350,
  udpStream: 180,
  udp: 30,
} as const;

/**
 * Families on Nitro v6, P6e-GB200 (whose default is the old one) left out. A type that is missing here keeps the long timeout: a flow
 * that lives longer is the stricter reading. https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-nitro-instances.html
 */
const NITRO_V6 = /^([cmr]8(a|gb|gn|i|i-flex|id)|m8azn|x8aedz|x8i|hpc8a)\./;

/** The longest that an interface remembers an idle flow, in seconds; undefined for ICMP, of which the page gives none (UNCONFIRMED; it lives on). */
export const trackingSeconds = (
  held: PicturedInterface,
  flow: Pick<Flow, 'protocol' | 'stream'>,
): number | undefined => {
  const { tcpEstablished, udpStream, udp } = held.connectionTracking;
  switch (flow.protocol) {
    case 'icmp':
      return undefined;
    case 'udp':
      return flow.stream ? (udpStream ?? TRACKING_SECONDS.udpStream) : (udp ?? TRACKING_SECONDS.udp);
    case 'tcp':
      return (
        tcpEstablished ??
        (NITRO_V6.test(held.instanceType ?? '')
          ? TRACKING_SECONDS.tcpEstablishedOnNitroV6
          : TRACKING_SECONDS.tcpEstablished)
      );
  }
};

/**
 * How long a path carries an idle flow, in seconds; undefined where nothing on it counts. The network load balancer's are the defaults.
 * https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html#nat-gateway-troubleshooting-timeout
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html
 */
export const pathSeconds = ({ path, protocol }: Pick<Flow, 'path' | 'protocol'>): number | undefined => {
  if (path.kind === 'nat-gateway') return 350;
  if (path.kind !== 'network-load-balancer') return undefined;
  return protocol === 'udp' ? 120 : 350;
};
