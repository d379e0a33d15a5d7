/** Detail type of a call as CloudTrail tells of it: only where a trail records management events. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html */
export const CALL_DETAIL_TYPE = 'AWS API Call via CloudTrail';
/** EC2's own word, which needs no trail. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html */
export const STATE_DETAIL_TYPE = 'EC2 Instance State-change Notification';

/** Services whose changes can open what containment closed. */
export const CHANGE_SOURCES = [
  'aws.autoscaling',
  'aws.ec2',
  'aws.elasticloadbalancing',
  'aws.iam',
  'aws.route53resolver',
] as const;

/** Calls that can open what containment closed; each is a write, so that a look, which only reads, causes no other look. */
export const CHANGE_CALLS = [
  'AssociateAddress',
  'AssociateFirewallRuleGroup',
  'AssociateIamInstanceProfile',
  'AssociateRouteTable',
  'AttachInstances',
  'AttachInternetGateway',
  'AttachNetworkInterface',
  'AttachVolume',
  'AuthorizeSecurityGroupEgress',
  'AuthorizeSecurityGroupIngress',
  'CreateFirewallRule',
  'CreateNetworkAclEntry',
  'CreatePolicyVersion',
  'CreateRoute',
  'DeleteFirewallRule',
  'DeleteNetworkAclEntry',
  'DeleteRolePolicy',
  'DeleteTags',
  'DeleteVolume',
  'DetachRolePolicy',
  'DisassociateFirewallRuleGroup',
  'DisassociateRouteTable',
  'ImportFirewallDomains',
  'ModifyInstanceAttribute',
  'ModifyInstanceMetadataOptions',
  'ModifyNetworkInterfaceAttribute',
  'ModifySecurityGroupRules',
  'PutRolePolicy',
  'RegisterInstancesWithLoadBalancer',
  'RegisterTargets',
  'ReplaceIamInstanceProfileAssociation',
  'ReplaceNetworkAclAssociation',
  'ReplaceNetworkAclEntry',
  'ReplaceRoute',
  'ReplaceRouteTableAssociation',
  'SetDefaultPolicyVersion',
  'StartInstances',
  'UntagRole',
  'UpdateFirewallDomains',
  'UpdateFirewallRule',
] as const;

/** What a member's rules send, by the end of the rule's name. A call that failed changed nothing. */
export const CHANGE_PATTERNS = {
  calls: {
    source: CHANGE_SOURCES,
    'detail-type': [CALL_DETAIL_TYPE],
    detail: { eventName: CHANGE_CALLS, errorCode: [{ exists: false }] },
  },
  starts: {
    source: ['aws.ec2'],
    'detail-type': [STATE_DETAIL_TYPE],
    detail: { state: ['pending', 'running'] },
  },
} as const;
