import type { ServiceModel } from './catalog.ts';
import type { WireProblem } from './wire-message.ts';

/**
 * The error code with which a service refuses a parameter that it cannot read.
 * EC2: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html; others: their CommonErrors pages.
 */
export function problemCode({ protocol, service }: ServiceModel, kind: WireProblem['kind']): string {
  switch (protocol) {
    case 'ec2Query':
      return { unknown: 'UnknownParameter', malformed: 'InvalidParameterValue', missing: 'MissingParameter' }[
        kind
      ];
    case 'awsQuery':
      return { unknown: 'ValidationError', malformed: 'MalformedInput', missing: 'ValidationError' }[kind];
    case 'restXml':
      return { unknown: 'InvalidArgument', malformed: 'InvalidArgument', missing: 'MissingParameter' }[kind];
    case 'awsJson':
    case 'restJson':
      if (kind !== 'missing') return 'SerializationException';
      return service === 'sqs' ? 'MissingParameter' : 'ValidationException';
  }
}
