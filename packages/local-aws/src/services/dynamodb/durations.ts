/** How long things take in the local organization's DynamoDB, in virtual milliseconds. */
export const DYNAMODB_DURATIONS = {
  /**
   * From an item's expiry to its removal: AWS says "within a few days", so whoever waits for expiry to free a lock fails
   * here too. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
   */
  expiredItemLingers: 48 * 3_600_000,
  /** A ClientRequestToken holds this long. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html */
  requestTokenHolds: 10 * 60_000,
} as const;
