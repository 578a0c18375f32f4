/*
 * Round trips over raw verbs by waits that may sleep: SEND and RECV on a reliable-connected queue pair, with no layer
 * between. A wait polls for SPIN_US microseconds and then sleeps on a completion event, as a blocking Fast Sockets call
 * does. ib_send_lat -e only sleeps, and mostly hangs on rxe.
 *
 *   verbs-latency server ADDRESS PORT SIZE SPIN_US
 *   verbs-latency client ADDRESS PORT SIZE SPIN_US WARMUP_SECONDS SECONDS
 *
 * The client prints in microseconds the median and the 99th percentile of the round trips, the median over blocks of
 * 16 of a block's mean, which holds the signalled send that each of them has, and the processor time of a round trip. The
 * server prints at its end the processor time of a round trip there.
 */
#include <math.h>
#include <rdma/rdma_cma.h>
#include <rdma/rdma_verbs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum {
    QUEUE = 32,
    SIGNAL_EVERY = 16,
    LEAST_SAMPLES = 50,
    MOST_SAMPLES = 1 << 20,
    LONGEST_RUN_S = 120,
};

static struct rdma_cm_id *id;
static struct ibv_mr *send_mr, *recv_mr;
static char *send_buffer, *recv_buffer;
static size_t size;
static double spin_us;
static unsigned sends;
static int signaled;
static double samples[MOST_SAMPLES];
static double blocks[MOST_SAMPLES / SIGNAL_EVERY];

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

/* Of this process so far. */
static double cpu_us(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

static void post_receive(void)
{
    if (rdma_post_recv(id, NULL, recv_buffer, size, recv_mr))
        fail("rdma_post_recv");
}

/* The buffers outlive the queue pair's use of them: one message is in flight each way, and all of a way share one. */
static void prepare(void)
{
    send_buffer = calloc(1, size);
    recv_buffer = calloc(1, size);
    if (!send_buffer || !recv_buffer)
        fail("calloc");
    send_mr = rdma_reg_msgs(id, send_buffer, size);
    recv_mr = rdma_reg_msgs(id, recv_buffer, size);
    if (!send_mr || !recv_mr)
        fail("rdma_reg_msgs");
    for (int i = 0; i < 2; i++)
        post_receive();
}

/* The buffer's first byte is 1 in the last message. That is signalled: who leaves before it has arrived takes it along. */
static void send_message(char last)
{
    signaled = ++sends % SIGNAL_EVERY == 0 || last;
    send_buffer[0] = last;
    if (rdma_post_send(id, NULL, send_buffer, size, send_mr, signaled ? IBV_SEND_SIGNALED : 0))
        fail("rdma_post_send");
}

static void receive_message(void)
{
    struct ibv_wc wc;
    int got = 0;
    for (double start = now(); !got && now() - start < spin_us;)
        got = ibv_poll_cq(id->recv_cq, 1, &wc);
    /* Polls, arms the queue, polls again and only then sleeps; so does rdma_get_send_comp. */
    if (!got)
        got = rdma_get_recv_comp(id, &wc);
    if (got <= 0 || wc.status != IBV_WC_SUCCESS)
        fail("receive");
    post_receive();
}

static void reap_send(void)
{
    struct ibv_wc wc;
    if (signaled && (rdma_get_send_comp(id, &wc) <= 0 || wc.status != IBV_WC_SUCCESS))
        fail("send");
}

static double round_trip(char last)
{
    double start = now();
    send_message(last);
    receive_message();
    double end = now();
    reap_send();
    return end - start;
}

static int measure(double seconds)
{
    int count = 0;
    double start = now(), block_start = start;
    do {
        samples[count++] = round_trip(0);
        if (count % SIGNAL_EVERY == 0) {
            double end = now();
            blocks[count / SIGNAL_EVERY - 1] = (end - block_start) / SIGNAL_EVERY;
            block_start = end;
        }
    } while (count < MOST_SAMPLES && (count < LEAST_SAMPLES || now() - start < seconds * 1e6));
    return count;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Nearest rank. */
static double quantile(double *values, int count, double share)
{
    qsort(values, count, sizeof values[0], ascending);
    return values[(int)ceil(share * count) - 1];
}

static void run_client(double warm_up, double seconds)
{
    prepare();
    if (rdma_connect(id, NULL))
        fail("rdma_connect");
    measure(warm_up);
    double cpu = cpu_us();
    int count = measure(seconds);
    cpu = cpu_us() - cpu;
    round_trip(1);
    printf("%.3f %.3f %.3f", quantile(samples, count, 0.5), quantile(samples, count, 0.99),
           quantile(blocks, count / SIGNAL_EVERY, 0.5));
    printf(" %.3f\n", cpu / count);
}

static void run_server(struct rdma_cm_id *listener)
{
    if (rdma_listen(listener, 1))
        fail("rdma_listen");
    puts("listening");
    fflush(stdout);
    if (rdma_get_request(listener, &id))
        fail("rdma_get_request");
    prepare();
    if (rdma_accept(id, NULL))
        fail("rdma_accept");
    /* The first are the warm-up's, and there are as many at least. */
    double cpu = 0;
    int count = 0;
    do {
        receive_message();
        send_message(recv_buffer[0]);
        reap_send();
        if (++count == LEAST_SAMPLES)
            cpu = cpu_us();
    } while (!send_buffer[0]);
    printf("%.3f\n", (cpu_us() - cpu) / (count - LEAST_SAMPLES));
}

int main(int argc, char **argv)
{
    int is_client = argc == 8 && !strcmp(argv[1], "client");
    if (!is_client && (argc != 6 || strcmp(argv[1], "server")))
        return fprintf(stderr, "usage: see the top of verbs-latency.c\n"), 2;
    alarm(LONGEST_RUN_S);
    size = strtoul(argv[4], NULL, 10);
    spin_us = atof(argv[5]);

    struct rdma_addrinfo hints = { .ai_port_space = RDMA_PS_TCP, .ai_flags = is_client ? 0 : RAI_PASSIVE }, *address;
    if (rdma_getaddrinfo(argv[2], argv[3], &hints, &address))
        fail("rdma_getaddrinfo");
    struct ibv_qp_init_attr attributes = {
        .cap = { .max_send_wr = QUEUE, .max_recv_wr = QUEUE, .max_send_sge = 1, .max_recv_sge = 1 },
        .qp_type = IBV_QPT_RC,
    };
    struct rdma_cm_id *endpoint;
    if (rdma_create_ep(&endpoint, address, NULL, &attributes))
        fail("rdma_create_ep");
    if (is_client) {
        id = endpoint;
        run_client(atof(argv[6]), atof(argv[7]));
    } else {
        run_server(endpoint);
    }
    rdma_disconnect(id);
    return 0;
}
