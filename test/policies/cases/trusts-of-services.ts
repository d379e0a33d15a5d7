import {
  FORWARD_CHANGES_ROLE_NAME,
  FORENSIC_MACHINE_ROLE_NAME,
  functionName,
  QUARANTINE_PROFILE_NAME,
  RECORDER_FUNCTION_NAME,
  STATE_MACHINE_NAME,
  STEPS,
} from '@cordon/incident';
import { ACCOUNTS, roleIn, type AccountName } from '../cast.ts';
import type { PowerCase } from '../power-case.ts';

/** Roles that a service of AWS takes for us. */
const SERVED: readonly {
  readonly what: string;
  readonly account: AccountName;
  readonly name: string;
  readonly service: string;
  /** It may only while it acts for this account. */
  readonly actingFor?: AccountName;
}[] = [
  ...STEPS.map((step) => ({
    what: `the ${step} function`,
    account: 'security' as const,
    name: functionName(step),
    service: 'lambda.amazonaws.com',
  })),
  {
    what: 'the recorder',
    account: 'evidence',
    name: RECORDER_FUNCTION_NAME,
    service: 'lambda.amazonaws.com',
  },
  {
    what: 'the forensic machine',
    account: 'forensics',
    name: FORENSIC_MACHINE_ROLE_NAME,
    service: 'ec2.amazonaws.com',
  },
  {
    what: 'a quarantined instance',
    account: 'member',
    name: QUARANTINE_PROFILE_NAME,
    service: 'ec2.amazonaws.com',
  },
  {
    what: 'the workflow',
    account: 'security',
    name: STATE_MACHINE_NAME,
    service: 'states.amazonaws.com',
    actingFor: 'security',
  },
  {
    what: 'the rules of a member',
    account: 'member',
    name: FORWARD_CHANGES_ROLE_NAME,
    service: 'events.amazonaws.com',
    actingFor: 'member',
  },
  {
    what: 'the forwarding of findings',
    account: 'security',
    // Named by CloudFormation; the end is the local organization's, from the seed of the cases' world.
    name: 'CordonSecurityRegion-ForwardRole-ZPNILSM3URWC',
    service: 'events.amazonaws.com',
    actingFor: 'security',
  },
  {
    what: 'the forwarding of reads and alarms',
    account: 'evidence',
    name: 'CordonEvidenceRegion-RulesForwardRole390BCA1C-ALX2NASL4SLP',
    service: 'events.amazonaws.com',
    actingFor: 'evidence',
  },
];

const ANOTHER_SERVICE = 'service codebuild.amazonaws.com';

export const servedCases: readonly PowerCase[] = SERVED.flatMap(
  ({ what, account, name, service, actingFor }): readonly PowerCase[] => {
    const at = { on: roleIn(account, name), owner: account, action: 'sts:AssumeRole' };
    const given = actingFor === undefined ? {} : { given: { 'aws:SourceAccount': ACCOUNTS[actingFor] } };
    return [
      {
        ...at,
        ...given,
        name: `AWS takes the role of ${what} to run it`,
        as: `service ${service}`,
        answer: 'allowed',
      },
      {
        ...at,
        ...given,
        name: `a build of CodeBuild takes the role of ${what}`,
        as: ANOTHER_SERVICE,
        answer: { notAllowedBy: 'resource' },
      },
      {
        ...at,
        name: `the administrator of ${account} takes the role of ${what}`,
        as: `administrator of ${account}`,
        given: { 'sts:RoleSessionName': 'debug' },
        guardrails: 'off',
        answer: { notAllowedBy: 'resource' },
      },
      ...(actingFor === undefined
        ? []
        : [
            {
              ...at,
              name: `AWS takes the role of ${what} on behalf of an account outside`,
              as: `service ${service}` as const,
              given: { 'aws:SourceAccount': ACCOUNTS.outside },
              answer: { notAllowedBy: 'resource' as const },
            },
          ]),
    ];
  },
);
