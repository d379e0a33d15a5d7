import type { PlanStep, PlanStepKind } from './steps.ts';

/** The calls that change something, by kind of step, as an operator would look for them in CloudTrail. */
const CALLS: Readonly<Record<PlanStepKind, readonly string[]>> = {
  'detach-from-auto-scaling': ['autoscaling:DetachInstances'],
  'leave-balancers': [
    'elasticloadbalancing:DeregisterTargets',
    'elasticloadbalancing:DeregisterInstancesFromLoadBalancer',
  ],
  'deregister-target': ['elasticloadbalancing:DeregisterTargets'],
  'deregister-from-classic-balancer': ['elasticloadbalancing:DeregisterInstancesFromLoadBalancer'],
  'protect-from-termination': ['ec2:ModifyInstanceAttribute'],
  'stop-on-shutdown': ['ec2:ModifyInstanceAttribute'],
  'keep-volumes': ['ec2:ModifyInstanceAttribute'],
  'tag-instance': ['ec2:CreateTags'],
  'preserve-context': ['s3:PutObject (evidence account)'],
  'snapshot-volumes': ['ec2:CreateSnapshots'],
  'isolate-interface': ['ec2:ModifyNetworkInterfaceAttribute'],
  'release-address': ['ec2:DisassociateAddress'],
  'give-up-public-ip': ['ec2:ModifyNetworkInterfaceAttribute'],
  'shorten-connection-timeout': ['ec2:ModifyNetworkInterfaceAttribute'],
  'deny-remote-addresses': ['ec2:CreateNetworkAclEntry'],
  'block-dns': [
    'route53resolver:CreateFirewallDomainList',
    'route53resolver:UpdateFirewallDomains',
    'route53resolver:CreateFirewallRuleGroup',
    'route53resolver:CreateFirewallRule',
    'route53resolver:AssociateFirewallRuleGroup',
  ],
  'cut-subnet': ['ec2:CreateNetworkAcl', 'ec2:ReplaceNetworkAclAssociation'],
  'cut-routes': ['ec2:CreateRouteTable', 'ec2:ReplaceRouteTableAssociation'],
  'detach-internet-gateway': ['ec2:DetachInternetGateway'],
  'untrack-connections': [
    'ec2:CreateSecurityGroup',
    'ec2:RevokeSecurityGroupEgress',
    'ec2:AuthorizeSecurityGroupEgress',
    'ec2:AuthorizeSecurityGroupIngress',
    'ec2:ModifyNetworkInterfaceAttribute',
    'ec2:DeleteSecurityGroup',
  ],
  'keep-management-path': [
    'ec2:CreateSecurityGroup',
    'ec2:RevokeSecurityGroupEgress',
    'ec2:AuthorizeSecurityGroupEgress',
    'ec2:ModifyNetworkInterfaceAttribute',
    'ec2:DeleteSecurityGroup',
  ],
  'replace-profile': ['ec2:ReplaceIamInstanceProfileAssociation'],
  'deny-sessions': ['iam:TagRole', 'iam:AttachRolePolicy'],
  // For each session that is found.
  'trace-sessions': ['iam:TagRole', 'iam:AttachRolePolicy'],
  'turn-metadata-off': ['ec2:ModifyInstanceMetadataOptions'],
  'add-profile': ['ec2:AssociateIamInstanceProfile'],
  'capture-memory': [
    'ec2:CreateVolume',
    'ec2:AttachVolume',
    'ssm:SendCommand',
    'ec2:DetachVolume',
    'ec2:CreateSnapshot',
    'ec2:DeleteVolume',
  ],
  'live-response': ['ssm:SendCommand'],
  'crash-instance': ['ec2:SendDiagnosticInterrupt'],
  'lift-stop-protection': ['ec2:ModifyInstanceAttribute'],
  'stop-instance': ['ec2:StopInstances'],
  'snapshot-memory': ['ec2:CreateSnapshots'],
  'detach-volumes': ['ec2:CreateTags', 'ec2:DetachVolume'],
  'secure-volume': [
    'ec2:ModifySnapshotAttribute',
    'ec2:CopySnapshot (evidence account)',
    'ec2:LockSnapshot (evidence account)',
  ],
  'launch-replacement': [
    'ec2:RunInstances',
    'elasticloadbalancing:RegisterTargets',
    'elasticloadbalancing:RegisterInstancesWithLoadBalancer',
  ],
  'launch-forensic-machine': [
    'ec2:RunInstances (forensics account)',
    'ec2:CreateVolume (forensics account)',
    'ec2:AttachVolume (forensics account)',
  ],
};

/** The calls of a step that change something; reads are left out. A new isolation group costs calls of its own, where a VPC has none. */
export const callsOf = (step: PlanStep): readonly string[] => {
  if (step.kind === 'isolate-interface' && step.isolationGroupId === undefined)
    return ['ec2:CreateSecurityGroup', 'ec2:RevokeSecurityGroupEgress', ...CALLS[step.kind]];
  // Of a trace: for each session that is found.
  if ((step.kind === 'deny-sessions' || step.kind === 'trace-sessions') && step.by === 'put-role-policy')
    return ['iam:PutRolePolicy'];
  return CALLS[step.kind];
};

/** What the evidence of a plan costs to keep, with what is assumed. */
export interface CostEstimate {
  readonly monthlyUsd: number;
  readonly assumes: string;
}

/** List price of a GiB-month of standard EBS snapshots in us-east-1. https://aws.amazon.com/ebs/pricing/ */
export const SNAPSHOT_USD_PER_GIB_MONTH = 0.05;
/** The day on which that price was noted. */
export const SNAPSHOT_PRICE_NOTED = '2026-11-21';

/** What the locked copies cost a month at most: snapshots are billed by used blocks, which nobody knows before. */
export const costOf = ({ steps }: { readonly steps: readonly PlanStep[] }): CostEstimate => {
  const sizeGiB = steps.reduce((sum, step) => sum + (step.kind === 'secure-volume' ? step.sizeGiB : 0), 0);
  return {
    monthlyUsd: Math.round(sizeGiB * SNAPSHOT_USD_PER_GIB_MONTH * 100) / 100,
    assumes: `${sizeGiB} GiB of volumes, each block used, at USD ${SNAPSHOT_USD_PER_GIB_MONTH} per GiB-month; transit copies, transfer between Regions and the forensic machine come on top`,
  };
};
