// A client of samples/WebApi: HttpClient over FastSocket.
//   WebClient http://HOST:5000 TEXT
using System.Net.Http.Json;
using FastSockets;

if (args is not [var url, var text])
{
    Console.Error.WriteLine("usage: WebClient URL TEXT");
    return 2;
}

using SocketsHttpHandler handler = new SocketsHttpHandler().UseFastSockets();
using var client = new HttpClient(handler) { BaseAddress = new Uri(url) };
using HttpResponseMessage posted = await client.PostAsJsonAsync("/notes", new { text });
posted.EnsureSuccessStatusCode();
Console.WriteLine($"notes: {await client.GetStringAsync("/notes")}");
Console.WriteLine($"carried by {await client.GetStringAsync("/transport")}");
return 0;
