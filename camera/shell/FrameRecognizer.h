#import <CoreVideo/CoreVideo.h>
#import <Foundation/Foundation.h>

#include "core/recognizer.h"

NS_ASSUME_NONNULL_BEGIN

// One recognised category, as the screen shows it.
@interface RecognizedProduct : NSObject
@property(nonatomic, readonly, copy) NSString* name;
@property(nonatomic, readonly) float confidence;
// nil below the confidence from which on the shop is offered.
@property(nonatomic, readonly, nullable) NSURL* shopURL;
@end

// Owns shopcam::Recognizer and the queue on which alone it is used.
@interface FrameRecognizer : NSObject

@property(nonatomic, readonly) dispatch_queue_t queue;

- (instancetype)initWithSettings:(const shopcam::Settings&)settings NS_DESIGNATED_INITIALIZER;
- (instancetype)init NS_UNAVAILABLE;

// Loads model and labels on the queue; answers on the main queue with nil, or
// with what is wrong.
- (void)loadWithCompletion:(void (^)(NSString* _Nullable problem))completion;

// Only on the queue, and only after loading. What is in an upright frame of a
// phone held in portrait, best first; nil and a problem when it fails.
- (nullable NSArray<RecognizedProduct*>*)recognizeFrame:(CVPixelBufferRef)pixelBuffer
                                                problem:(NSString* _Nullable* _Nonnull)problem;

@end

NS_ASSUME_NONNULL_END
