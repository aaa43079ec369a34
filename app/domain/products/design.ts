import { z } from "zod";

/** What a customer calls a design. */
export const designNameSchema = z.string({ error: "required" }).trim().min(1, "required").max(80, "too_long:80");

/** 192 random bits as base64url. */
export const SHARE_TOKEN = /^[\w-]{32}$/;
