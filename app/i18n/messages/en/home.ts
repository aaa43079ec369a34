/** The first page of staff: what is to be done today. */
export default {
  title: "Today",
  greeting: "{name}, this is what waits.",
  allClear: "Nothing waits for you. Good time to look at your customers.",
  desk: {
    title: "Complaints and questions",
    open: "To the desk",
    empty: "Nobody waits for an answer.",
    overdue: "{count, plural, one {# answer overdue} other {# answers overdue}}",
    today: "{count, plural, one {# due today} other {# due today}}",
    soon: "{count, plural, one {# due in three days} other {# due in three days}}",
    mine: "{count, plural, one {# is yours} other {# are yours}}",
    value: "spent {amount}",
    waiting: "{days, plural, =0 {wrote today} one {waits for # day} other {waits for # days}}",
  },
  running: { title: "Campaigns under way", sent: "{sent} of {total} sent", scheduled: "goes out {when}", status: { scheduled: "Scheduled", planning: "Planning", sending: "Sending", paused: "Paused", approved: "Approved" } },
  finished: { title: "Campaigns lately finished", figures: "{sent} sent, {opened} opened, {clicked} clicked" },
  drafts: { title: "Begun and not sent", campaign: "Campaign", mailing: "Mailing", changed: "changed {when}" },
  orders: { title: "New orders", open: "All orders", empty: "No new orders." },
};
