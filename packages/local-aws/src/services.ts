import type { Service } from './core/operation.ts';
import { accountService } from './services/account/service.ts';
import { autoscalingService } from './services/autoscaling/service.ts';
import { cloudformationService } from './services/cloudformation/service.ts';
import { cloudtrailService } from './services/cloudtrail/service.ts';
import { dynamodbService } from './services/dynamodb/service.ts';
import { ebsService } from './services/ebs/service.ts';
import { ec2Service } from './services/ec2/service.ts';
import {
  classicLoadBalancingService,
  loadBalancingService,
} from './services/elasticloadbalancing/service.ts';
import { eventsService } from './services/events/service.ts';
import { guarddutyService } from './services/guardduty/service.ts';
import { iamService } from './services/iam/service.ts';
import { inspectorService } from './services/inspector2/service.ts';
import { kmsService } from './services/kms/service.ts';
import { lambdaService } from './services/lambda/service.ts';
import { logsService } from './services/logs/service.ts';
import { observabilityService } from './services/observability/service.ts';
import { organizationsService } from './services/organizations/service.ts';
import { route53resolverService } from './services/route53resolver/service.ts';
import { s3Service } from './services/s3/service.ts';
import { securityHubService } from './services/securityhub/service.ts';
import { serviceQuotasService } from './services/servicequotas/service.ts';
import { snsService } from './services/sns/service.ts';
import { sqsService } from './services/sqs/service.ts';
import { ssmService } from './services/ssm/service.ts';
import { statesService } from './services/states/service.ts';
import { stsService } from './services/sts/service.ts';

/** Every service that the local organization has. */
export const allServices: readonly Service[] = [
  accountService,
  autoscalingService,
  classicLoadBalancingService,
  cloudformationService,
  cloudtrailService,
  dynamodbService,
  ebsService,
  ec2Service,
  eventsService,
  guarddutyService,
  iamService,
  inspectorService,
  kmsService,
  lambdaService,
  logsService,
  loadBalancingService,
  observabilityService,
  organizationsService,
  route53resolverService,
  s3Service,
  securityHubService,
  serviceQuotasService,
  snsService,
  sqsService,
  ssmService,
  statesService,
  stsService,
];
