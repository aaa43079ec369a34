export default {
  title: "Search",
  label: "Name, e-mail, phone, order or case number, campaign",
  submit: "Search",
  hint: "Diacritics and scripts do not matter: lodz finds Łódź, and either alphabet finds a Serbian name.",
  nothing: "Nothing found for “{query}”",
  nothingHelp: "Try fewer letters, or another thing you know of it: an address, a telephone number, the number of an order.",
  results: "{count, plural, one {# result} other {# results}}",
  kinds: { customer: "Customers", order: "Orders", case: "Complaints and questions", campaign: "Campaigns" },
  allCustomers: "All customers with “{query}”",
};
