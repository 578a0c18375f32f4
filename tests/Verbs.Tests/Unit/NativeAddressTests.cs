using System.Net;

namespace RdmaSharp.Tests.Unit;

public sealed unsafe class NativeAddressTests
{
    [Theory]
    [InlineData("10.1.2.3:4791")]
    [InlineData("0.0.0.0:0")]
    [InlineData("[fd77::1]:65535")]
    [InlineData("[fe80::1%7]:1")]
    public void Read_WhatWasWritten_IsTheSame(string text)
    {
        IPEndPoint endPoint = IPEndPoint.Parse(text);
        byte* address = stackalloc byte[NativeAddress.Size];
        NativeAddress.Write(endPoint, address);
        Assert.Equal(endPoint, NativeAddress.Read(address));
    }

    [Fact]
    public void Write_IPv4_IsSockaddrIn()
    {
        byte* address = stackalloc byte[NativeAddress.Size];
        NativeAddress.Write(IPEndPoint.Parse("10.1.2.3:258"), address);
        Assert.Equal<byte>(
            [2, 0, 1, 2, 10, 1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0], new ReadOnlySpan<byte>(address, 16).ToArray());
    }

    [Fact]
    public void Read_NoFamily_IsNull()
    {
        byte* address = stackalloc byte[NativeAddress.Size];
        new Span<byte>(address, NativeAddress.Size).Clear();
        Assert.Null(NativeAddress.Read(address));
    }
}
