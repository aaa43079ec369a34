export default {
  title: "Leave this mailing list?",
  lead: "{company} writes to {address} about:",
  leave: "Stop mails about “{topic}”",
  leave_all: "Stop all advertising mails",
  rather: "Rather get less, or about something else? <link>Choose what you get</link>",
  still: "Mails about your orders, complaints and account keep coming.",
  done_title: "You are unsubscribed",
  done_topic: "No more mails about “{topic}” go to {address}. One that is on its way this very minute may still arrive.",
  done_all: "No more advertising goes to {address}. A mail that is on its way this very minute may still arrive.",
  change: "Did you change your mind? <link>Choose what you get</link>",
  nobody: "This was a test mail: there is nobody to unsubscribe.",
};
