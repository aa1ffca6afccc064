/* Stands before three functions of pjproject and one of Asterisk (ld.so's --preload), and keeps from them what would
 * cost everybody's calls.
 *
 * pjmedia_sdp_parse: a session description with a format that begins as a number and is none, `8x` in
 * `m=audio 40000 RTP/AVP 8x`. pjproject takes it for payload type 8, later looks for the text `8` among the answer's
 * formats, reads past their end, and Asterisk with all its calls may end. pjproject has this mended since May 2026 (pull
 * request 4970); this half goes when Debian's Asterisk contains that.
 *
 * pj_sock_recvfrom: more new calls a second over UDP from one address than the switch can refuse. Refusing one costs
 * Asterisk milliseconds and two ports of voice; left out here it costs nothing, and a far end that is well sends it again.
 *
 * pjsip_msg_find_hdr_by_name: `Refer-Sub: false` of a REFER, by which a phone wants to hear nothing of its transfer. A
 * transfer that ARI handles has no place then for what it writes, and Asterisk ends (its issue 2021, mended in 22.11).
 * Nobody finds the header: the phone is told what it has not asked for, as RFC 4488 lets it be.
 *
 * ast_sched_del, as res_rtp_asterisk calls it (`preload.py` writes the guard's name into that module): when a call ends
 * while a report about its sound (RTCP) is being sent, Asterisk answers that there was no report to take back, and the
 * call's two ports of voice stay open for ever. Here it waits until the report is sent and planned anew, then takes it back.
 *
 * No header and no structure of pjproject is needed but a text's. Compiled by tcc when Asterisk is fetched. */

typedef unsigned long size;
typedef int parse(void *pool, char *text, size length, void **description);

void *dlsym(void *library, const char *name);
char *getenv(const char *name);
int atoi(const char *text);
int clock_gettime(int clock, long *seconds_and_nanoseconds);
int pthread_mutex_lock(void *mutex);
int pthread_mutex_unlock(void *mutex);

#define NEXT ((void *)-1L) /* RTLD_NEXT */

enum { INVALID = 220020, FIRST_FORMAT = 3, MOST_DIGITS = 5 }; /* PJMEDIA_SDP_EINSDP; after media, port and protocol */

static int ends_line(char c) { return c == '\r' || c == '\n'; }
static int blank(char c) { return c == ' ' || c == '\t'; }
static int digit(char c) { return c >= '0' && c <= '9'; }

/* A format that begins as a number is one, in its only way of writing. */
static int sound_format(const char *word, size length)
{
    size i;
    if (!digit(word[0]))
        return 1;
    if (length > MOST_DIGITS || (word[0] == '0' && length > 1))
        return 0;
    for (i = 1; i < length; i++)
        if (!digit(word[i]))
            return 0;
    return 1;
}

static int sound_media_line(const char *at, const char *end)
{
    int field = 0;
    while (at < end && !ends_line(*at)) {
        const char *word;
        while (at < end && blank(*at))
            at++;
        word = at;
        while (at < end && !blank(*at) && !ends_line(*at))
            at++;
        if (at > word && field++ >= FIRST_FORMAT && !sound_format(word, at - word))
            return 0;
    }
    return 1;
}

int pjmedia_sdp_parse(void *pool, char *text, size length, void **description)
{
    static parse *next;
    const char *at = text, *end = text + length;
    while (at < end) {
        if (*at == 'm' && end - at > 2 && at[1] == '=' && !sound_media_line(at + 2, end))
            return INVALID;
        while (at < end && !ends_line(*at))
            at++;
        while (at < end && ends_line(*at))
            at++;
    }
    if (!next)
        next = (parse *)dlsym(NEXT, "pjmedia_sdp_parse");
    return next(pool, text, length, description);
}

/* ── transfers that nobody wants to be told of ── */

typedef struct { const char *at; long length; } string;
typedef void *find(const void *message, const string *name, const void *start);

static int begins(const char *at, const char *end, const char *word);

void *pjsip_msg_find_hdr_by_name(const void *message, const string *name, const void *start)
{
    static find *next;
    if (name->length == 9 && begins(name->at, name->at + 9, "refer-sub"))
        return 0;
    if (!next)
        next = (find *)dlsym(NEXT, "pjsip_msg_find_hdr_by_name");
    return next(message, name, start);
}

/* ── new calls of one address ── */

typedef int receive(long socket, char *data, long *length, unsigned flags, void *from, int *from_length);

enum { SOURCES = 4096, WOULD_BLOCK = 120011, IPV4 = 2, IPV6 = 10, MONOTONIC = 1 };

static struct { unsigned long address; double left, at; } sources[SOURCES];
static long mutex[16]; /* of pthreads, which are content with zeros */

static char lower(char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; }

/* Whether `text` at `at` begins with these small letters. */
static int begins(const char *at, const char *end, const char *word)
{
    for (; *word; word++, at++)
        if (at >= end || lower(*at) != *word)
            return 0;
    return 1;
}

/* An INVITE whose `To` has no tag belongs to no call yet. */
static int new_call(const char *at, const char *end)
{
    if (!begins(at, end, "invite "))
        return 0;
    for (; at < end; at++) {
        if (*at != '\n' || !(begins(at + 1, end, "to:") || begins(at + 1, end, "t:") || begins(at + 1, end, "to ")))
            continue;
        for (at++; at < end && *at != '\n'; at++)
            if (begins(at, end, ";tag="))
                return 0;
        return 1;
    }
    return 1;
}

static unsigned long address_of(const unsigned char *from)
{
    unsigned family = from[0] | from[1] << 8;
    unsigned long number = 0;
    int i, first = family == IPV6 ? 8 : 4, last = family == IPV6 ? 16 : 8; /* of IPv6 the network, 64 bits */
    for (i = first; i < last; i++)
        number = number << 8 | from[i];
    return number << 1 | (family == IPV6);
}

/* Whether this address may still bring a call: `rate` a second, and as many at once. */
static int within(unsigned long address, double rate)
{
    long clock[2];
    double now, left;
    int slot = (address ^ address >> 12 ^ address >> 24 ^ address >> 40) % SOURCES, may;
    clock_gettime(MONOTONIC, clock);
    now = clock[0] + clock[1] / 1e9;
    pthread_mutex_lock(mutex);
    left = sources[slot].address == address ? sources[slot].left + (now - sources[slot].at) * rate : rate;
    if (left > rate)
        left = rate;
    may = left >= 1;
    sources[slot].address = address;
    sources[slot].left = may ? left - 1 : left;
    sources[slot].at = now;
    pthread_mutex_unlock(mutex);
    return may;
}

int pj_sock_recvfrom(long socket, char *data, long *length, unsigned flags, void *from, int *from_length)
{
    static receive *next;
    static int rate = -1;
    long room = *length;
    int from_room = from_length ? *from_length : 0, tries, status;
    if (!next)
        next = (receive *)dlsym(NEXT, "pj_sock_recvfrom");
    if (rate < 0) {
        const char *wanted = getenv("HUJIAO_CALLS_A_SECOND");
        rate = wanted ? atoi(wanted) : 0;
    }
    for (tries = 0; tries < 64; tries++) {
        *length = room;
        if (from_length)
            *from_length = from_room;
        status = next(socket, data, length, flags, from, from_length);
        if (status || rate <= 0 || !from || !new_call(data, data + *length) || within(address_of(from), rate))
            return status;
    }
    return WOULD_BLOCK;
}

/* ── reports about sound ── */

long ast_sched_when(void *schedule, int report); /* seconds until it is due; -1: it is not planned, or is being sent */
int ast_sched_del(void *schedule, int report);
int usleep(unsigned microseconds);

int hj__sched_del(void *schedule, int report)
{
    int milliseconds = 50;
    while (report >= 0 && ast_sched_when(schedule, report) == -1 && milliseconds-- > 0)
        usleep(1000);
    return ast_sched_del(schedule, report);
}
