import common from "./common";
import errors from "./errors";
import ui from "./ui";
import session from "./session";
import account from "./account";
import team from "./team";
import topics from "./topics";
import settings from "./settings";
import mailSettings from "./mailSettings";
import customers from "./customers";
import doubles from "./doubles";
import record from "./record";
import segments from "./segments";
import search from "./search";
import home from "./home";
import mailings from "./mailings";
import campaigns from "./campaigns";
import preferences from "./preferences";
import outbox from "./outbox";
import unsubscribe from "./unsubscribe";
import mail from "./mail";
import orders from "./orders";
import designs from "./designs";
import catalogue from "./catalogue";
import products from "./products";
import help from "./help";
import desk from "./desk";
import portalHome from "./portalHome";
import imports from "./imports";
import reports from "./reports";
import speed from "./speed";
import inbound from "./inbound";
import correspondence from "./correspondence";
import signUp from "./signUp";
import api from "./api";
import webhooks from "./webhooks";

const messages = {
  common,
  errors,
  ui,
  session,
  account,
  team,
  topics,
  settings,
  mailSettings,
  customers,
  doubles,
  record,
  segments,
  search,
  home,
  mailings,
  campaigns,
  preferences,
  outbox,
  unsubscribe,
  mail,
  orders,
  designs,
  catalogue,
  products,
  help,
  desk,
  portalHome,
  imports,
  reports,
  speed,
  inbound,
  correspondence,
  signUp,
  api,
  webhooks,
};

export default messages;

export type Messages = typeof messages;
