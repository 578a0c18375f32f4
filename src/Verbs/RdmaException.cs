using System.Runtime.InteropServices;
using RdmaSharp.Interop;

namespace RdmaSharp;

/// <summary>
/// A verbs or RDMA CM call failed. A work request that failed is a <see cref="WorkCompletionStatus"/>, not this.
/// </summary>
public sealed class RdmaException : IOException
{
    /// <summary>Creates the exception for an error number.</summary>
    /// <param name="operation">The native function that failed.</param>
    /// <param name="errorNumber">The positive Linux errno.</param>
    /// <param name="advice">What the error means here and what to do about it, or null.</param>
    public RdmaException(string operation, int errorNumber, string? advice = null)
        : base(Describe(operation, errorNumber, advice))
    {
        Operation = operation;
        ErrorNumber = errorNumber;
    }

    /// <summary>The native function that failed, for example <c>ibv_create_qp</c>.</summary>
    public string Operation { get; }

    /// <summary>The Linux errno, always positive.</summary>
    public int ErrorNumber { get; }

    /// <summary>The errno's symbolic name, for example <c>ENOMEM</c>.</summary>
    public string ErrorName => Errno.NameOf(ErrorNumber);

    /// <summary>For a function that returned its errno; providers disagree on the sign.</summary>
    internal static void ThrowIfError(string operation, int result)
    {
        if (result != 0)
            throw new RdmaException(operation, Math.Abs(result));
    }

    /// <summary>For an import declared with SetLastError.</summary>
    internal static RdmaException FromLastError(string operation) => new(operation, Marshal.GetLastPInvokeError());

    private static string Describe(string operation, int errorNumber, string? advice)
    {
        string text = $"{operation}: {Errno.NameOf(errorNumber)} ({Marshal.GetPInvokeErrorMessage(errorNumber)})";
        return advice is null ? text : $"{text}. {advice}";
    }
}
