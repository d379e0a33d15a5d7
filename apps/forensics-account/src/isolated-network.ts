import { Aws, Fn } from 'aws-cdk-lib';
import {
  CfnRouteTable,
  CfnSecurityGroup,
  CfnSecurityGroupEgress,
  CfnSecurityGroupIngress,
  CfnSubnet,
  CfnSubnetRouteTableAssociation,
  CfnVPC,
  CfnVPCEndpoint,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { policyDocument } from '@cordon/constructs';

/** Nothing is routed to or from this network, so that it may overlap with any other. */
const NETWORK = '10.64.0.0/24';
const SUBNETS = ['10.64.0.0/26', '10.64.0.64/26'] as const;
/**
 * What the SSM agent needs. Not `ec2messages`: agents from 3.3.40.0 on use `ssmmessages` in its place, and Regions opened
 * since 2024 do not have it, where the stack would fail (aws-facts 9.1). Not `s3`: nothing here reads a bucket, and an
 * endpoint would be a way out.
 */
const SERVICES = ['ssm', 'ssmmessages'] as const;

/** What the network is made of. */
interface IsolatedNetworkProps {
  /** What the endpoint of CloudWatch Logs lets through: recordings of sessions into their log group, and nothing else. */
  readonly logs: readonly object[];
  /** What the endpoint of KMS lets through: the key of a session's channel is decrypted, and nothing else. */
  readonly kms: readonly object[];
}

/** A network without internet: two subnets, the SSM agent's endpoints, those of the recordings and of their key, and a group that reaches those alone. */
export class IsolatedNetwork extends Construct {
  readonly subnets: readonly CfnSubnet[];
  readonly machineGroup: CfnSecurityGroup;

  constructor(scope: Construct, id: string, { logs, kms }: IsolatedNetworkProps) {
    super(scope, id);
    const vpc = new CfnVPC(this, 'Vpc', {
      cidrBlock: NETWORK,
      enableDnsHostnames: true,
      enableDnsSupport: true,
    });
    // Without routes of its own: the local one alone.
    const routes = new CfnRouteTable(this, 'Routes', { vpcId: vpc.ref });
    this.subnets = SUBNETS.map((cidrBlock, index) => {
      const subnet = new CfnSubnet(this, `Subnet${index + 1}`, {
        vpcId: vpc.ref,
        cidrBlock,
        availabilityZone: Fn.select(index, Fn.getAzs()),
        mapPublicIpOnLaunch: false,
      });
      new CfnSubnetRouteTableAssociation(this, `Routed${index + 1}`, {
        subnetId: subnet.ref,
        routeTableId: routes.ref,
      });
      return subnet;
    });
    const endpointGroup = this.#group('EndpointGroup', 'Endpoints: from the forensic machine only', vpc);
    this.machineGroup = this.#group('MachineGroup', 'Forensic machine: to the endpoints only', vpc);
    this.#https(endpointGroup);
    for (const service of SERVICES)
      this.#endpoint(service, [{ Effect: 'Allow', Action: `${service}:*`, Resource: '*' }], {
        vpc,
        group: endpointGroup,
      });
    this.#endpoint('logs', logs, { vpc, group: endpointGroup });
    // For sessions under a key of ours: https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-create-vpc.html
    this.#endpoint('kms', kms, { vpc, group: endpointGroup });
  }

  /** A group without rules. EC2 gives a new group an egress rule to everywhere unless it is given another in its place. */
  #group(id: string, groupDescription: string, vpc: CfnVPC): CfnSecurityGroup {
    const nowhere = { ipProtocol: '-1', cidrIp: '127.0.0.1/32', description: 'nowhere' };
    return new CfnSecurityGroup(this, id, {
      groupDescription,
      vpcId: vpc.ref,
      securityGroupEgress: [nowhere],
    });
  }

  #https(endpointGroup: CfnSecurityGroup): void {
    const https = { ipProtocol: 'tcp', fromPort: 443, toPort: 443 };
    new CfnSecurityGroupIngress(this, 'FromMachine', {
      ...https,
      groupId: endpointGroup.attrGroupId,
      sourceSecurityGroupId: this.machineGroup.attrGroupId,
    });
    new CfnSecurityGroupEgress(this, 'ToEndpoints', {
      ...https,
      groupId: this.machineGroup.attrGroupId,
      destinationSecurityGroupId: endpointGroup.attrGroupId,
    });
  }

  #endpoint(
    service: string,
    lets: readonly object[],
    { vpc, group }: { readonly vpc: CfnVPC; readonly group: CfnSecurityGroup },
  ): void {
    new CfnVPCEndpoint(this, `Endpoint-${service}`, {
      vpcId: vpc.ref,
      serviceName: `com.amazonaws.${Aws.REGION}.${service}`,
      vpcEndpointType: 'Interface',
      privateDnsEnabled: true,
      subnetIds: this.subnets.map(({ ref }) => ref),
      securityGroupIds: [group.attrGroupId],
      // Credentials that an analyst carries in from elsewhere must not make the agent's channel a way out.
      policyDocument: policyDocument(
        lets.map((statement) => ({
          ...statement,
          Principal: { AWS: '*' },
          Condition: { StringEquals: { 'aws:PrincipalAccount': Aws.ACCOUNT_ID } },
        })),
      ),
    });
  }
}
