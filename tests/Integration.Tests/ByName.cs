using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(FastSockets.Integration.Tests.ByName))]

namespace FastSockets.Integration.Tests;

/// <summary>Two hosts that run the same tests must take them in one order; the runner would draw one on each.</summary>
internal sealed class ByName : ITestCollectionOrderer
{
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => collection.TestCollectionDisplayName, StringComparer.Ordinal)];
}
