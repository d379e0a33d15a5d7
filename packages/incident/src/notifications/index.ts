export { asChat, type ChatMessage } from './as-chat.ts';
export { asMail, mailSubject } from './as-mail.ts';
export { decideNote, isFinding } from './as-note.ts';
export { asWebhook } from './as-webhook.ts';
export { noticeOfEvent, readNotice, type Notice, type NoticePlace } from './notice.ts';
export { NOTICE_WAYS, noticeWays, type NotificationSettings } from './settings.ts';
