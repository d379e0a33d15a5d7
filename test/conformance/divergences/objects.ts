import { differ, localLacks, motoLacks, motoTakes, type Divergence } from '../divergence.ts';

const S3 = 'https://docs.aws.amazon.com/AmazonS3/latest/API/';

/** S3. */
export const objectDivergences: readonly Divergence[] = [
  motoLacks(['s3: *'], ['ChecksumType', 'ServerSideEncryption'], {
    page: `${S3}API_PutObject.html`,
    because:
      'every new object is encrypted, with AES256 if nothing else is asked for, and its checksum has a type',
  }),
  localLacks(['s3: refuses *'], ['refused.BucketName', 'refused.Condition', 'refused.Key'], {
    page: `${S3}ErrorResponses.html`,
    because: 'what an error names beside its code is left out here: nothing of the product reads it',
  }),
  motoTakes(['s3: refuses an object whose digest is another'], 'BadDigest', {
    page: `${S3}ErrorResponses.html`,
    because: 'a checksum that is not the body’s refuses the object; moto keeps the object',
  }),
  localLacks(['s3: lists *'], ['Contents[].ChecksumAlgorithm', 'KeyMarker', 'VersionIdMarker'], {
    page: `${S3}API_ListObjectVersions.html`,
    because:
      'checksums in lists and markers that are empty are left out here: nothing of the product reads them',
  }),
  localLacks(['s3: lists versions*'], ['Versions[].Owner', 'DeleteMarkers[].Owner'], {
    page: `${S3}API_ListObjectVersions.html`,
    because:
      'owners are left out here: the buckets have no ACLs, and nothing of the product reads whose an object is',
  }),
  differ(['s3: reads the retention of a version'], ['outcome'], {
    local: 'answered',
    moto: 'refused *',
    right: 'local-aws',
    page: `${S3}API_GetObjectRetention.html`,
    because:
      'moto has no GetObjectRetention: it answers with the object, which no client can read as a retention',
  }),
  differ(['s3: refuses to read a retention that is not there'], ['refused.code', 'status'], {
    local: 'something',
    moto: 'something',
    right: 'local-aws',
    page: `${S3}API_GetObjectRetention.html`,
    because: 'the same: moto answers with the object',
  }),
  motoTakes(['s3: refuses to shorten a retention'], 'AccessDenied', {
    page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html',
    because: 'in compliance mode nobody can shorten a retention; moto does',
  }),
  differ(['s3: reads a hold that is not there'], ['LegalHold.Status'], {
    local: '"OFF"',
    moto: 'absent',
    right: 'neither-documented',
    page: `${S3}API_GetObjectLegalHold.html`,
    because:
      'the page does not say what is answered of a version that never had a hold; the product never asks',
  }),
];
