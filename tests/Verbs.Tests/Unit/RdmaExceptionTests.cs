namespace RdmaSharp.Tests.Unit;

public sealed class RdmaExceptionTests
{
    [Fact]
    public void Message_HasOperationNameAndText()
    {
        var exception = new RdmaException("ibv_create_qp", 12);
        Assert.Equal("ibv_create_qp: ENOMEM (Cannot allocate memory)", exception.Message);
        Assert.Equal(12, exception.ErrorNumber);
        Assert.Equal("ENOMEM", exception.ErrorName);
        Assert.Equal("ibv_create_qp", exception.Operation);
    }

    [Fact]
    public void Message_WithAdvice_EndsWithIt() =>
        Assert.EndsWith("(Invalid argument). Do this", new RdmaException("x", 22, "Do this").Message);

    [Theory]
    [InlineData(22)]
    [InlineData(-22)]
    public void ThrowIfError_EitherSign_IsTheSameErrno(int result) =>
        Assert.Equal(22, Assert.Throws<RdmaException>(() => RdmaException.ThrowIfError("x", result)).ErrorNumber);
}
