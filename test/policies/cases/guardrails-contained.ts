import type { Who } from '../cast.ts';
import type { PowerCase } from '../power-case.ts';
import { arnOf, letThrough, refused, SNAPSHOT, type Request } from './guardrails-rows.ts';

const ATTACKER: Who = 'administrator of member';
const by = (sid: string): readonly string[] => [`SCP cordon-members/${sid}`];

const INSTANCE = arnOf('ec2', 'instance/i-0a1b2c3d4e5f60718');
const VOLUME = arnOf('ec2', 'volume/vol-0a1b2c3d4e5f60718');
const INTERFACE = arnOf('ec2', 'network-interface/eni-0a1b2c3d4e5f60718');
const GROUP = arnOf('ec2', 'security-group/sg-0a1b2c3d4e5f60718');
const DNS = (rest: string): string => arnOf('route53resolver', rest);
const contained = { 'aws:ResourceTag/cordon:incident': 'inc-20261121-cases' };
const isolating = { 'aws:ResourceTag/cordon:isolation': 'true' };

/** What is done to a contained instance, its interfaces and its snapshots, in words. */
const TOUCHES: readonly (readonly [action: string, does: string, on?: string])[] = [
  ['ec2:AssociateAddress', 'gives a contained interface a public address', INTERFACE],
  ['ec2:AssociateIamInstanceProfile', 'gives a contained instance a profile'],
  ['ec2:AttachNetworkInterface', 'attaches an open interface to a contained instance'],
  ['ec2:AttachVolume', 'attaches a disk with tools to a contained instance'],
  ['ec2:CreateImage', 'reboots a contained instance by making an image of it'],
  ['ec2:CreateMacSystemIntegrityProtectionModificationTask', 'restarts a contained Mac under other rules'],
  ['ec2:CreateReplaceRootVolumeTask', 'replaces the root disk of a contained instance'],
  ['ec2:DeleteVolume', 'deletes a volume that was taken off a contained instance', VOLUME],
  ['ec2:DetachNetworkInterface', 'takes a contained interface off', INTERFACE],
  ['ec2:DetachVolume', 'takes a disk off a contained instance'],
  ['ec2:DisassociateIamInstanceProfile', 'takes the quarantine profile off'],
  ['ec2:ModifyInstanceAttribute', 'lets a contained instance be ended, or opens its groups'],
  ['ec2:ModifyInstanceMetadataOptions', 'opens the metadata of a contained instance'],
  ['ec2:ModifyNetworkInterfaceAttribute', 'puts a contained interface into an open group', INTERFACE],
  ['ec2:RebootInstances', 'reboots a contained instance'],
  ['ec2:ReplaceIamInstanceProfileAssociation', 'gives a contained instance its old profile back'],
  ['ec2:ResetInstanceAttribute', 'resets an attribute of a contained instance'],
  ['ec2:ResetNetworkInterfaceAttribute', 'resets an attribute of a contained interface', INTERFACE],
  ['ec2:SendDiagnosticInterrupt', 'crashes a contained instance, and its memory is gone'],
  ['ec2:SendSpotInstanceInterruptions', 'has a contained Spot instance interrupted, which ends it'],
  ['ec2:StartInstances', 'starts a contained instance'],
  ['ec2:StopInstances', 'stops a contained instance, and its memory is gone'],
  ['ec2:TerminateInstances', 'ends a contained instance'],
  ['ec2-instance-connect:SendSSHPublicKey', 'has a contained instance take an SSH key'],
  [
    'ec2-instance-connect:SendSerialConsoleSSHPublicKey',
    'goes in by the serial console, which no group closes',
  ],
  ['ssm:CreateAssociation', 'has a contained instance run a document again and again'],
  ['ssm:SendCommand', 'runs a command on a contained instance'],
  ['ssm:StartSession', 'opens a session on a contained instance'],
  [
    'route53resolver:CreateFirewallRule',
    "puts a rule that allows before the one that blocks an incident's names",
    DNS('firewall-rule-group/rslvr-frg-0a1b2c3d4e5f6'),
  ],
  [
    'route53resolver:DeleteFirewallRule',
    "deletes the rule that blocks an incident's names",
    DNS('firewall-rule-group/rslvr-frg-0a1b2c3d4e5f6'),
  ],
  [
    'route53resolver:DisassociateFirewallRuleGroup',
    "takes the block of an incident's names from the VPC",
    DNS('firewall-rule-group-association/rslvr-frgassoc-0a1b2c3d4'),
  ],
  [
    'route53resolver:ImportFirewallDomains',
    "fills the list of an incident's names with others",
    DNS('firewall-domain-list/rslvr-fdl-0a1b2c3d4e5f6'),
  ],
  [
    'route53resolver:UpdateFirewallDomains',
    'takes names from the list of an incident',
    DNS('firewall-domain-list/rslvr-fdl-0a1b2c3d4e5f6'),
  ],
  ['ec2:DeleteSnapshot', 'deletes a frozen disk before it is in evidence', SNAPSHOT],
  ['ec2:LockSnapshot', 'locks a frozen disk, so that it can never be cleaned up', SNAPSHOT],
  ['ec2:ModifySnapshotAttribute', 'takes a frozen disk back from the evidence account', SNAPSHOT],
  ['ec2:ModifySnapshotTier', 'archives a frozen disk, from where none can be copied', SNAPSHOT],
  ['ec2:ResetSnapshotAttribute', 'takes every sharing from a frozen disk', SNAPSHOT],
];

const OPENINGS: readonly (readonly [action: string, does: string])[] = [
  ['ec2:AuthorizeSecurityGroupEgress', 'opens an isolation group outwards'],
  ['ec2:AuthorizeSecurityGroupIngress', 'opens an isolation group inwards'],
  ['ec2:DeleteSecurityGroup', 'deletes an isolation group'],
  ['ec2:ModifySecurityGroupRules', 'rewrites a rule of an isolation group'],
  ['ec2:RevokeSecurityGroupEgress', 'takes an outward rule from an isolation group'],
  ['ec2:RevokeSecurityGroupIngress', 'takes an inward rule from an isolation group'],
];

const stop: Request = { action: 'ec2:StopInstances', on: INSTANCE };
const empty: Request = {
  action: 'ec2:RevokeSecurityGroupEgress',
  on: GROUP,
  given: isolating,
};

/** Cases about contained instances, their snapshots, and isolation groups. */
export const guardrailsContainedCases: readonly PowerCase[] = [
  ...refused(
    by('KeepContained'),
    TOUCHES.map(([action, does, on = INSTANCE]) => ({ as: ATTACKER, does, action, on, given: contained })),
  ),
  ...refused(by('KeepContained'), [
    { as: 'root of member', does: 'stops a contained instance', ...stop, given: contained },
    { as: 'stack set', does: 'stops a contained instance', ...stop, given: contained },
    {
      as: 'administrator of security',
      does: 'stops an instance of its account that is marked',
      action: 'ec2:StopInstances',
      on: arnOf('ec2', 'instance/i-0a1b2c3d4e5f60718', 'security'),
      given: contained,
    },
  ]),
  ...letThrough([
    { as: ATTACKER, does: 'stops an instance that no incident is about', ...stop },
    { as: ATTACKER, does: 'deletes a snapshot of its own', action: 'ec2:DeleteSnapshot', on: SNAPSHOT },
    {
      // A governance lock is lifted by whoever may unlock in the member: what it adds is that deleting takes two calls, and break-glass too.
      as: ATTACKER,
      does: 'unlocks a frozen disk that is locked in governance mode',
      action: 'ec2:UnlockSnapshot',
      on: SNAPSHOT,
      given: contained,
    },
    { as: 'contain', does: 'stops a contained instance, as policy may say', ...stop, given: contained },
    { as: 'break-glass of member', does: 'stops a contained instance', ...stop, given: contained },
    {
      as: 'administrator of forensics',
      does: 'attaches a working volume to a forensic machine',
      action: 'ec2:AttachVolume',
      on: arnOf('ec2', 'instance/i-0a1b2c3d4e5f60718', 'forensics'),
      given: contained,
    },
  ]),
  ...refused(
    by('KeepIsolationGroups'),
    OPENINGS.map(([action, does]) => ({ as: ATTACKER, does, action, on: GROUP, given: isolating })),
  ),
  ...letThrough([
    {
      as: ATTACKER,
      does: 'opens a group of its own',
      action: 'ec2:AuthorizeSecurityGroupIngress',
      on: GROUP,
    },
    { as: 'contain', does: 'empties an isolation group', ...empty },
    { as: 'break-glass of member', does: 'empties an isolation group', ...empty },
  ]),
];
