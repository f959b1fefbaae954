#import <XCTest/XCTest.h>

#include <memory>
#include <string>

#import "CameraExampleViewController.h"

#include "core/tensorflow_classifier.h"
#include "tests/replay.h"

// The model on this device against the answers that were recorded when it was
// converted: frames in, scores out, within the tolerance of the record.
@interface ParityTests : XCTestCase
@end

@implementation ParityTests

- (void)testThisDeviceAnswersAsTheConvertedModelDid {
  self.continueAfterFailure = NO;
  NSString* probes = [[NSBundle bundleForClass:[self class]] pathForResource:@"probes" ofType:nil];
  XCTAssertNotNil(probes, @"`fab integrate` puts the probes into the test bundle.");

  const shopcam::Settings settings = CameraExampleSettings();
  std::unique_ptr<shopcam::Classifier> classifier;
  const shopcam::Status opened = shopcam::OpenTensorFlowClassifier(settings.model, &classifier);
  XCTAssertTrue(opened.ok(), @"%s", opened.message().c_str());

  shopcam::ReplayResult result;
  const shopcam::Status replayed =
      shopcam::ReplayProbes(std::string(probes.fileSystemRepresentation), classifier.get(),
                            settings.model.input, &result);
  XCTAssertTrue(replayed.ok(), @"%s", replayed.message().c_str());
  XCTAssertGreaterThan(result.questions, 0u);
  XCTAssertTrue(result.within(),
                @"%zu of %zu best classes agree; scores differ by up to %g, most for %s.",
                result.top1_agreed, result.questions,
                static_cast<double>(result.largest_difference), result.worst.c_str());
}

@end
