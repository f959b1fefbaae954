#import <CoreVideo/CoreVideo.h>
#import <Foundation/Foundation.h>

#import "shell/Picture.h"
#import "shell/TensorRecorder.h"

#include "core/pacing.h"
#include "core/recognizer.h"

NS_ASSUME_NONNULL_BEGIN

// Called on the main queue: with an answer, or with a problem.
typedef void (^AnswerBlock)(const shopcam::Answer& answer, NSString* _Nullable problem);

// Owns shopcam::Recognizer and the queue on which alone it is used.
@interface ProductRecognizer : NSObject

@property(nonatomic, readonly) dispatch_queue_t queue;
@property(nonatomic, readonly) TensorRecorder* tensors;
// How many views of one product the model takes; known after loading.
@property(nonatomic, readonly) NSUInteger mostViews;

- (instancetype)initWithSettings:(const shopcam::Settings&)settings NS_DESIGNATED_INITIALIZER;
- (instancetype)init NS_UNAVAILABLE;

// Loads on the queue. Both blocks are called on the main queue: one with each
// step, the other at the end, with nil or with what is wrong.
- (void)loadWithStep:(void (^)(NSString* step))step
          completion:(void (^)(NSString* _Nullable problem))completion;

// Only on the queue. Answers unless the phone is too hot for this frame.
- (void)recognizeFrame:(CVPixelBufferRef)buffer
           orientation:(shopcam::Orientation)orientation
            completion:(AnswerBlock)completion;

// 1 to mostViews pictures of one product.
- (void)recognizePictures:(NSArray<Picture*>*)pictures completion:(AnswerBlock)completion;

// The frames before are not of what the camera sees next.
- (void)reset;

- (void)setHeat:(shopcam::Heat)heat;

// Answers on the main queue: how fast frames were recognised lately.
- (void)measureSpeed:(void (^)(double framesPerSecond, double milliseconds))completion;

@end

NS_ASSUME_NONNULL_END
