import { ServiceFault } from '../../core/fault.ts';

/** What is wrong with a request itself. https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/CommonErrors.html */
export const validationError = (message: string): ServiceFault =>
  new ServiceFault('ValidationError', message);

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackSet.html */
export const noSuchStackSet = (name: string): ServiceFault =>
  new ServiceFault('StackSetNotFoundException', `StackSet ${name} not found`, { status: 404 });

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStackInstances.html */
export const operationInProgress = (name: string): ServiceFault =>
  new ServiceFault('OperationInProgressException', `Another Operation on StackSet ${name} is in progress`, {
    status: 409,
  });
