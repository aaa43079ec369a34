/*
 * A mail server for benches that takes every mail and forgets it: one thread, epoll, no copying. It must be quicker than
 * what it measures, and says how quick it is: `STAT` answers how many mails and bytes it took, when the first and the
 * last (ms since 1970), and its own CPU time (µs); `ZERO` begins to count anew. With a file as the second argument the
 * Message-ID of each mail is written there.
 *
 *   fast-sink PORT [IDS]      prints the port when it listens (0: any)
 *
 * The end of a mail is looked for in the last bytes of what was read: behind the final dot a client may only say
 * commands until it has heard 354, and those are fewer than LOOK_BACK.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { READ = 1 << 18, LINE = 1024, HEAD = 4096, LOOK_BACK = 8192, EVENTS = 256, SAY = 65536 };

typedef struct {
  int fd, in_data, line_length, head_length;
  char tail[4];
  char line[LINE];
  char head[HEAD];
} Client;

static char input[READ], output[SAY];
static int output_length;
static uint64_t mails, bytes;
static double first_at, last_at;
static FILE *ids;

static double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static void say(const char *text) {
  int length = strlen(text);
  if (output_length + length > SAY) return;
  memcpy(output + output_length, text, length);
  output_length += length;
}

static void taken(Client *client) {
  last_at = now_ms();
  if (!mails++) first_at = last_at;
  if (ids) {
    client->head[client->head_length] = 0;
    char *at = strcasestr(client->head, "Message-ID: <");
    while (at && at > client->head && at[-1] != '\n') at = strcasestr(at + 1, "Message-ID: <");
    if (at) fprintf(ids, "%.*s\n", (int)strcspn(at + 13, ">"), at + 13);
  }
  say("250 2.0.0 ok\r\n");
}

static void stat_line(void) {
  if (ids) fflush(ids);
  struct rusage use;
  getrusage(RUSAGE_SELF, &use);
  char line[256];
  snprintf(line, sizeof line, "250 %llu %llu %.3f %.3f %lld\r\n", (unsigned long long)mails, (unsigned long long)bytes, first_at, last_at,
           (use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1000000LL + use.ru_utime.tv_usec + use.ru_stime.tv_usec);
  say(line);
}

/* Returns 0 when the connection is to be closed. */
static int obey(Client *client) {
  const char *line = client->line;
#define IS(verb) (strncasecmp(line, verb, 4) == 0)
  if (IS("MAIL") || IS("RCPT") || IS("RSET") || IS("NOOP") || IS("HELO")) say("250 2.0.0 ok\r\n");
  else if (IS("DATA")) {
    client->in_data = 1;
    client->head[0] = '\n'; // the first field too stands behind a line break
    client->head_length = 1;
    memcpy(client->tail, "\0\0\r\n", 4);
    say("354 go on\r\n");
  } else if (IS("EHLO")) say("250-sink.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 52428800\r\n");
  else if (IS("STAT")) stat_line();
  else if (IS("ZERO")) {
    mails = bytes = 0;
    first_at = last_at = 0;
    say("250 2.0.0 ok\r\n");
  } else if (IS("QUIT")) {
    say("221 bye\r\n");
    return 0;
  } else say("502 5.5.2 what?\r\n");
  return 1;
}

/* How many of these bytes belong to the mail when it ends here, else -1. */
static ssize_t end_of_mail(Client *client, const char *at, size_t n) {
  char border[8];
  size_t few = n < 4 ? n : 4;
  memcpy(border, client->tail, 4);
  memcpy(border + 4, at, few);
  char *found = memmem(border, 4 + few, "\r\n.\r\n", 5);
  if (found) return found + 5 - border - 4;
  size_t skip = n > LOOK_BACK ? n - LOOK_BACK : 0;
  found = memmem(at + skip, n - skip, "\r\n.\r\n", 5);
  if (found) return found + 5 - at;
  if (n >= 4) memcpy(client->tail, at + n - 4, 4);
  else {
    memmove(client->tail, client->tail + n, 4 - n);
    memcpy(client->tail + 4 - n, at, n);
  }
  return -1;
}

static int consume(Client *client, const char *at, size_t n) {
  while (n) {
    if (client->in_data) {
      ssize_t end = end_of_mail(client, at, n);
      size_t part = end < 0 ? n : (size_t)end;
      if (ids && client->head_length < HEAD - 1) {
        size_t keep = part < (size_t)(HEAD - 1 - client->head_length) ? part : (size_t)(HEAD - 1 - client->head_length);
        memcpy(client->head + client->head_length, at, keep);
        client->head_length += keep;
      }
      bytes += part;
      at += part;
      n -= part;
      if (end < 0) return 1;
      client->in_data = 0;
      taken(client);
      continue;
    }
    const char *newline = memchr(at, '\n', n);
    size_t part = newline ? (size_t)(newline - at) + 1 : n;
    if (client->line_length + part >= LINE) return 0;
    memcpy(client->line + client->line_length, at, part);
    client->line_length += part;
    at += part;
    n -= part;
    if (!newline) return 1;
    client->line[client->line_length] = 0;
    client->line_length = 0;
    if (!obey(client)) return 0;
  }
  return 1;
}

static int answer(Client *client) {
  for (int sent = 0; sent < output_length;) {
    ssize_t n = send(client->fd, output + sent, output_length - sent, MSG_NOSIGNAL);
    if (n < 0) return 0;
    sent += n;
  }
  output_length = 0;
  return 1;
}

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  if (argc > 2 && !(ids = fopen(argv[2], "w"))) return 2;
  int yes = 1, listener = socket(AF_INET, SOCK_STREAM, 0), poll = epoll_create1(0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 1024)) return 1;
  getsockname(listener, (struct sockaddr *)&address, &size);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  epoll_ctl(poll, EPOLL_CTL_ADD, listener, &(struct epoll_event){.events = EPOLLIN, .data.ptr = NULL});
  pid_t parent = getppid();
  for (struct epoll_event events[EVENTS]; getppid() == parent;) {
    int count = epoll_wait(poll, events, EVENTS, 1000);
    for (int i = 0; i < count; i++) {
      Client *client = events[i].data.ptr;
      if (!client) {
        int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0) continue;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        client = calloc(1, sizeof *client);
        client->fd = fd;
        output_length = 0;
        say("220 sink.example ESMTP\r\n");
        answer(client);
        epoll_ctl(poll, EPOLL_CTL_ADD, fd, &(struct epoll_event){.events = EPOLLIN, .data.ptr = client});
        continue;
      }
      output_length = 0;
      ssize_t n = recv(client->fd, input, READ, 0);
      int stays = n > 0 && consume(client, input, n);
      if (output_length && !answer(client)) stays = 0;
      if (stays) continue;
      close(client->fd);
      free(client);
    }
  }
  return 0;
}
