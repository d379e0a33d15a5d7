import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  CHAINED_QUESTIONS,
  chainedAnswer,
  chainedQuestion,
  INCIDENT_TABLE_NAME,
  questionKey,
  type ChainedAnswer,
  type ChainedQuestion,
} from '@cordon/incident';
import { faultCode } from '../aws/classify.ts';
import type { Services } from '../services.ts';
import { bodyOf, database, rowsOf, sortKeyOf, text } from './rows.ts';

/** True when the row was written; false when there is one already. */
const putOnce = async (services: Services, sk: string, body: object): Promise<boolean> => {
  try {
    await database(services).send(
      new PutItemCommand({
        TableName: INCIDENT_TABLE_NAME,
        Item: { pk: text(CHAINED_QUESTIONS), sk: text(sk), body: text(JSON.stringify(body)) },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );
    return true;
  } catch (error) {
    if (faultCode(error) === 'ConditionalCheckFailedException') return false;
    throw error;
  }
};

const read = async (services: Services, sk: string): Promise<unknown> => {
  const { Item: item } = await database(services).send(
    new GetItemCommand({
      TableName: INCIDENT_TABLE_NAME,
      Key: { pk: text(CHAINED_QUESTIONS), sk: text(sk) },
      ConsistentRead: true,
    }),
  );
  return item === undefined ? undefined : bodyOf(item);
};

/** Keeps a question; false when it was asked before, in a try of the same look. */
export const keepQuestion = (services: Services, question: ChainedQuestion): Promise<boolean> =>
  putOnce(services, questionKey(question.incident.incidentId, question.hash).asked, question);

/** A question by its hash; undefined where nobody asked it. */
export const readQuestion = async (
  services: Services,
  incidentId: string,
  hash: string,
): Promise<ChainedQuestion | undefined> => {
  const body = await read(services, questionKey(incidentId, hash).asked);
  return body === undefined ? undefined : chainedQuestion.parse(body);
};

/** What a person said about a question; undefined while nobody did. */
export const readAnswer = async (
  services: Services,
  incidentId: string,
  hash: string,
): Promise<ChainedAnswer | undefined> => {
  const body = await read(services, questionKey(incidentId, hash).answered);
  return body === undefined ? undefined : chainedAnswer.parse(body);
};

/** Keeps what a person said; false when somebody was faster. */
export const keepAnswer = (
  services: Services,
  { incident, hash }: ChainedQuestion,
  answer: ChainedAnswer,
): Promise<boolean> => putOnce(services, questionKey(incident.incidentId, hash).answered, answer);

/** Every question that nobody answered; what has expired is among it. */
export const unansweredQuestions = async (services: Services): Promise<readonly ChainedQuestion[]> => {
  const rows = await rowsOf(services, CHAINED_QUESTIONS);
  const keys = new Set(rows.map(sortKeyOf));
  return rows
    .filter((row) => sortKeyOf(row).endsWith('#asked'))
    .map((row) => chainedQuestion.parse(bodyOf(row)))
    .filter(({ incident, hash }) => !keys.has(questionKey(incident.incidentId, hash).answered));
};
